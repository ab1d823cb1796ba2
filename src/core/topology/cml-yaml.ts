import {
  type Document,
  isCollection,
  LineCounter,
  type ParseOptions,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type SchemaOptions,
  type Tags,
  visit,
} from 'yaml';
import { Refusal } from '../domain/refusal.ts';
import { repeatedKey, tooDeepIn } from './yaml-bounds.ts';

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

/** How CML's parser reads. That keys are unique is checked here: the library compares each with each. */
export const CML_YAML: ParseOptions & SchemaOptions & { version: '1.1' } = {
  version: '1.1',
  strict: true,
  uniqueKeys: false,
  customTags: (tags) =>
    [...booleans, ...tags.filter((tag) => typeof tag === 'string' || tag.tag !== BOOL)].map((tag) =>
      typeof tag !== 'string' && 'test' in tag && tag.test ? asWritten(tag) : tag,
    ),
};

/** Numbers, dates and booleans come out as they went in: parsers differ in what they take for one. */
function asWritten(tag: ScalarTag): ScalarTag {
  const { stringify = ({ value }: Scalar) => String(value) } = tag;
  return { ...tag, stringify: (item, ...rest) => item.source ?? stringify(item, ...rest) };
}

/** Aliases in a file, and how often one may expand: a small file that would blow up into a large one is refused. */
const MAX_ALIASES = 100;

/**
 * Reads a topology as CML would, as a tree that can be edited and written again without touching the rest.
 * @throws Refusal `rule` with line and column where it is not YAML, or not one document
 */
export function readCmlYaml(text: string): Document.Parsed {
  const lines = new LineCounter();
  const deep = tooDeepIn(text);
  if (deep) throw notYaml(deep.what, deep);
  const document = parseDocument(text, {
    ...CML_YAML,
    lineCounter: lines,
    prettyErrors: true,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error) {
    const what = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw notYaml(what, error.linePos?.[0]);
  }
  let aliases = 0;
  visit(document, {
    Alias: (_key, { source }, path) => {
      if (++aliases > MAX_ALIASES) throw notYaml(`there are more than ${MAX_ALIASES} aliases`);
      if (path.some((above) => isCollection(above) && above.anchor === source))
        throw notYaml(`*${source} stands within &${source}`);
    },
  });
  const twice = repeatedKey(document);
  if (twice)
    throw notYaml(
      `Map keys must be unique, ${twice.name} is there twice`,
      twice.offset === undefined ? undefined : lines.linePos(twice.offset),
    );
  return document;
}

function notYaml(what: string, at?: { line: number; col: number }): Refusal {
  const where = at ? ` at line ${at.line}, column ${at.col}` : '';
  return new Refusal('rule', `the topology is not valid YAML${where}: ${what}`, {
    fields: [{ pointer: '/topology', message: `${what}${where}` }],
    facts: at ? { line: at.line, column: at.col } : {},
  });
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
