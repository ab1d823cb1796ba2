/** Gives a secret by its reference, e.g. `env:CML_LICENCE_TOKEN`; secrets are never kept in state. */
export interface Secrets {
  /** @throws Refusal `notFound` where there is none of that name */
  get(reference: string): Promise<string>;
}
