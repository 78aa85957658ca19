/** One value or range of a column: how many rows certainly have it, and how many possibly do. */
export interface Bar {
  label: string;
  low: number;
  high: number;
}
