import type { PersonRecord, PersonStore } from '../audit/person-store.ts';

/** Persons' keys in memory, for tests and simulations. */
export class MemoryPersonStore implements PersonStore {
  readonly #keys = new Map<string, string>();
  #names: { person: string; digest: string; sealed: string }[] = [];
  readonly #notes = new Map<string, string>();

  async find(name: string): Promise<PersonRecord[]> {
    return this.#names
      .filter(({ digest }) => digest === name)
      .map(({ person }) => ({ person, key: this.#keys.get(person) ?? '' }));
  }

  async get(person: string): Promise<PersonRecord | undefined> {
    const key = this.#keys.get(person);
    return key === undefined ? undefined : { person, key };
  }

  async add(
    record: PersonRecord,
    names: readonly { digest: string; sealed: string }[],
  ): Promise<PersonRecord> {
    const [there] = names[0] ? await this.find(names[0].digest) : [];
    if (there) return there;
    this.#keys.set(record.person, record.key);
    for (const name of names) await this.alias(record.person, name);
    return record;
  }

  async alias(person: string, name: { digest: string; sealed: string }): Promise<void> {
    this.#names.push({ person, ...name });
  }

  async namesOf(person: string): Promise<string[]> {
    return this.#names.filter((name) => name.person === person).map(({ sealed }) => sealed);
  }

  async remove(persons: readonly string[]): Promise<void> {
    for (const person of persons) this.#keys.delete(person);
    this.#names = this.#names.filter(({ person }) => !persons.includes(person));
  }

  async note(name: string): Promise<string | undefined> {
    return this.#notes.get(name);
  }

  async putNote(name: string, text: string): Promise<void> {
    this.#notes.set(name, text);
  }
}
