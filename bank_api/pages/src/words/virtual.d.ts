declare module "virtual:words" {
  const places: Record<"ja" | "en", { url: string; integrity: string }>;
  export default places;
}
