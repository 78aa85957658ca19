/** A text whose lines were wrapped by hand, as paragraphs: only for showing, where a phone wraps them itself. */

/** A line goes on the one before it unless it is empty, begins a numbered point, or the one before ended a sentence. */
export function flowing(text: string): string {
  return text.replace(/([^\n])\n(?!\s*\d+[.)])[ \t]*(?=[^\s])/g, (whole: string, last: string, place: number) => {
    if (/[。.!?::]/.test(last)) return whole;
    const next = text[place + whole.length] ?? "";
    return isWide(last) || isWide(next) ? last : `${last} `;
  });
}

/** Of a script that has no spaces between words. */
function isWide(letter: string): boolean {
  return /[\u3000-\u9fff\uff00-\uffef]/.test(letter);
}
