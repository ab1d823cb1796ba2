/** One number that is kept an eye on. */
export interface Measured {
  name: string;
  value: number;
  unit: '1/s' | 'ms' | 'MB';
  /** What the machine itself gives, or what the value is compared with: measured in the same run, in the same unit. */
  limit?: number;
  /** What the number is of, where its name does not say all. */
  note?: string;
}

/** How a benchmark is to run. */
export interface BenchOptions {
  /** Only long enough to show that it works: its numbers mean nothing. */
  short: boolean;
}

/** What every `*.bench.ts` exports. */
export interface BenchFile {
  /** Names of all that it measures. */
  names: readonly string[];
  measure(options: BenchOptions): Promise<Measured[]>;
}
