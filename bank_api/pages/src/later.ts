/**
 * Parts of a page that few need: loaded when they are asked for, and bound by hash like all others. The document names
 * each with its hash from the beginning (`<link rel="later">`); only when it is wanted does the link become a module
 * preload, which the browser checks against the hash before the module is there to be imported.
 */

/** What is loaded later, by the name of the module that starts it. */
type Later = "scan" | "parquet" | "Screens";

/** Load and import. Throws TypeError when the file is not there, or is another than the document names. */
export async function later<T>(name: Later, load: () => Promise<T>): Promise<T> {
  const links = document.querySelectorAll<HTMLLinkElement>(`link[rel="later"][data-name="${name}"]`);
  await Promise.all([...links].map(preload));
  return load();
}

function preload(link: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.rel = "later";
      reject(new TypeError(`${link.href} could not be loaded as named`));
    };
    link.rel = "modulepreload";
  });
}
