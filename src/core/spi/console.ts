/** The console of one node, reached by its port on the worker. */
export interface Consoles {
  /**
   * Runs the commands one after the other and gives what each printed.
   * @throws Refusal `unavailable` where nothing answers in time
   */
  run(
    host: string,
    port: number,
    commands: readonly string[],
    signal: AbortSignal,
  ): Promise<Record<string, string>>;
}
