export interface Patty {
  refresh(): void;
  close(): Promise<void>;
}
export const openPatty = (_c: unknown): Patty => ({ refresh: () => {}, close: async () => {} });
