import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { DocumentText } from './rows.ts';

/** Characters of documents that are kept; as objects they take several times as many bytes. */
const MOST_CHARACTERS = 8_000_000;

interface Known {
  size: number;
  /** As text until somebody looks at it. */
  document: { text: DocumentText } | { stored: Stored<unknown> };
}

/**
 * The documents that were read or written last, each read from its text once, however many look at it. Exact
 * for a database that nobody else writes to.
 */
export class KnownDocuments {
  readonly #most: number;
  /** Oldest use first. */
  readonly #known = new Map<string, Known>();
  #size = 0;

  constructor(most = MOST_CHARACTERS) {
    this.#most = most;
  }

  /** The document, if it is known. @param read makes a document of its text; is asked once */
  get(kind: Kind, id: string, read: (text: DocumentText) => Stored<unknown>): Stored<unknown> | undefined {
    const key = keyOf(kind, id);
    const known = this.#known.get(key);
    if (!known) return undefined;
    this.#known.delete(key);
    this.#known.set(key, known);
    if ('stored' in known.document) return known.document.stored;
    const stored = read(known.document.text);
    known.document = { stored };
    return stored;
  }

  /** Takes note of a document that is durable. */
  note(kind: Kind, id: string, text: DocumentText): void {
    const key = keyOf(kind, id);
    this.#size -= this.#known.get(key)?.size ?? 0;
    this.#known.delete(key);
    const size = text.state.length + text.fences.length;
    this.#known.set(key, { size, document: { text } });
    this.#size += size;
    for (const [oldest, { size }] of this.#known) {
      if (this.#size <= this.#most) break;
      this.#known.delete(oldest);
      this.#size -= size;
    }
  }
}

const keyOf = (kind: Kind, id: string): string => `${kind}/${id}`;
