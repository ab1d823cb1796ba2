/** A person's key, wrapped. */
export interface PersonRecord {
  person: string;
  /** Wrapped by the keyring. */
  key: string;
}

/** Where persons' keys are kept, and under which names. Names are digests: they cannot be read. */
export interface PersonStore {
  /** Persons known under the name. */
  find(name: string): Promise<PersonRecord[]>;
  get(person: string): Promise<PersonRecord | undefined>;
  /** Adds the person unless the first of the names has one by now; whoever has it then. */
  add(record: PersonRecord, names: readonly { digest: string; sealed: string }[]): Promise<PersonRecord>;
  /** Another name of a person that is there. */
  alias(person: string, name: { digest: string; sealed: string }): Promise<void>;
  /** All names of a person, sealed. */
  namesOf(person: string): Promise<string[]>;
  /** Removes keys and names, so that not even the file has them any more. */
  remove(persons: readonly string[]): Promise<void>;
  note(name: string): Promise<string | undefined>;
  putNote(name: string, text: string): Promise<void>;
}
