/** Personal fields, sealed for one person. */
export interface PersonalFields {
  /** Stands for the person; says nothing of who that is. */
  person: string;
  sealed: string;
}

/**
 * The keys of the audit: one per person, so that a person can be forgotten, and the system's own, which prove what it
 * wrote. Names of persons are texts such as `account:<issuer>|<subject>` or `email:ada@example.com`, of any case.
 */
export interface AuditKeys {
  /**
   * Seals the text for whom the first of the names stands; the other names stand for the same person from now on.
   * @param place where it is kept: moved to another place it does not open
   */
  seal(names: readonly [string, ...string[]], text: string, place: string): Promise<PersonalFields>;
  /** The text; undefined where the person was forgotten. @throws Refusal `unavailable` where it was changed or moved */
  open(fields: PersonalFields, place: string): Promise<string | undefined>;
  /** All names under which somebody of that name is known. */
  namesakes(name: string): Promise<string[]>;
  /** Destroys the keys of whoever is known under the name; how many persons that were. */
  forget(name: string): Promise<number>;
  /** A keyed hash of the text. */
  mark(text: string): string;
  /** What only this system can have made of the text, and whether it did. */
  prove(text: string, place: string): string;
  isProven(text: string, place: string, proof: string): boolean;
}
