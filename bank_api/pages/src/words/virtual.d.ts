declare module "virtual:words" {
  /** Where each book of the catalogue is, and the hash it must have. */
  const places: Record<"ja" | "en", Record<"page" | "desk", { url: string; integrity: string }>>;
  export default places;
}
