import { type Document, type ParseOptions, parseDocument, type SchemaOptions, type Tags } from 'yaml';
import { Refusal } from '../domain/refusal.ts';

/**
 * CML reads its topologies by YAML 1.1, as its parser knows it: `on` and `yes` are booleans, but `y` and `n`
 * are not, or every node would lose its `y` coordinate (https://yaml.org/type/bool.html has them; CML's
 * parser does not).
 */
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;

const BOOL = 'tag:yaml.org,2002:bool';

const booleans: Tags = [
  { tag: BOOL, default: true, identify: (value) => value === true, test: TRUE, resolve: () => true },
  { tag: BOOL, default: true, identify: (value) => value === false, test: FALSE, resolve: () => false },
];

/** How CML's parser reads, for all that makes a YAML document here. */
export const CML_YAML: ParseOptions & SchemaOptions & { version: '1.1' } = {
  version: '1.1',
  strict: true,
  uniqueKeys: true,
  customTags: (tags) => [...booleans, ...tags.filter((tag) => typeof tag === 'string' || tag.tag !== BOOL)],
};

/** Aliases that may be expanded; a small file that would blow up into a large one is refused. */
const MAX_ALIASES = 100;

/**
 * Reads a topology as CML would, as a tree that can be edited and written again without touching the rest.
 * @throws Refusal `rule` with line and column where it is not YAML, or not one document
 */
export function readCmlYaml(text: string): Document.Parsed {
  const document = parseDocument(text, { ...CML_YAML, prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    const at = error.linePos?.[0];
    const where = at ? ` at line ${at.line}, column ${at.col}` : '';
    const what = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw new Refusal('rule', `the topology is not valid YAML${where}: ${what}`, {
      fields: [{ pointer: '/topology', message: `${what}${where}` }],
      facts: at ? { line: at.line, column: at.col } : {},
    });
  }
  return document;
}

/** The plain value of a document. @throws Refusal `rule` where its aliases expand without bounds */
export function plainOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw new Refusal('rule', `the topology's YAML cannot be read: ${String(cause)}`, {
      fields: [{ pointer: '/topology', message: 'has too many or unknown aliases' }],
      cause,
    });
  }
}

/** The document as text: long lines stay whole, and what was not changed keeps its form. */
export function writeCmlYaml(document: Document): string {
  return document.toString({ lineWidth: 0 });
}
