/**
 * One fault of the system that this one takes the place of, as the survey of it numbers them: section 7 of its
 * control plane (`7.2 B2`), section 6.2 of its controllers (`6.2 worker 4`, counted in their order there).
 */
export interface KnownFault {
  id: string;
  fault: string;
  /** Tests by which it would be noticed here: full titles by file, as the test runner lists them. */
  tests?: Readonly<Record<string, readonly string[]>>;
  /** Why this system cannot have it, or has not what could have it. */
  cannotBe?: string;
  /** Scripts of package.json that keep it so. */
  gates?: readonly string[];
}
