import { type Document, isMap, isScalar, isSeq, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { PortDefinition } from '../domain/definition-state.ts';
import { Refusal } from '../domain/refusal.ts';
import { plainOf, readCmlYaml, writeCmlYaml } from './cml-yaml.ts';
import { inlineAliases } from './inline-aliases.ts';
import { parsePortTag, portTag, tagMatches } from './port-tags.ts';

/** What makes a definition's topology the topology of one lab. */
export interface PortWriting {
  /** Port of the worker by port name. */
  ports: Readonly<Record<string, number>>;
  portDefinitions: readonly PortDefinition[];
  /** Title of the lab, cut to CML's 64 characters. */
  title?: string | undefined;
  /** A line for the notes, by which the lab can be found again; one that is there already is replaced. */
  marker?: string | undefined;
}

const TITLE_LIMIT = 64;
const NOTES_LIMIT = 32_768;

/**
 * The topology with each port written into its node's tags, in place of the placeholder or number that stood
 * for it. Other tags stay; port tags that the definition does not know go, since nobody has given that
 * port to this lab. All else keeps its meaning, and mostly its form.
 * @throws Refusal `rule` where a port is missing, or its node
 */
export function writePorts(text: string, writing: PortWriting): string {
  const document = editable(text);
  const nodes = document.get('nodes');
  if (!isSeq(nodes)) throw new Refusal('rule', 'the topology has no list of nodes');
  const wanted = new Map<string, PortDefinition[]>();
  for (const definition of writing.portDefinitions)
    wanted.set(definition.node, [...(wanted.get(definition.node) ?? []), definition]);

  for (const node of nodes.items) {
    if (!isMap(node)) continue;
    const label = String(node.get('label'));
    writeTags(document, node, wanted.get(label) ?? [], writing.ports);
    wanted.delete(label);
  }
  for (const [label, definitions] of wanted)
    throw new Refusal('rule', `port ${definitions[0]?.name}: the topology has no node ${label}`);

  if (writing.title !== undefined) document.setIn(['lab', 'title'], writing.title.slice(0, TITLE_LIMIT));
  if (writing.marker !== undefined) {
    const notes = new Scalar(notesWith(document.getIn(['lab', 'notes']), writing.marker));
    notes.type = Scalar.BLOCK_LITERAL;
    document.setIn(['lab', 'notes'], notes);
  }
  return writeCmlYaml(document);
}

/** A tree in which an edit in one place changes no other. @throws Refusal `rule` where its aliases have no bounds */
function editable(text: string): Document {
  const document = readCmlYaml(text);
  plainOf(document);
  inlineAliases(document);
  return document;
}

function writeTags(
  document: Document,
  node: YAMLMap,
  definitions: readonly PortDefinition[],
  ports: PortWriting['ports'],
): void {
  const tags = node.get('tags', true);
  const left = [...definitions];
  const kept = isSeq(tags) ? tags.items.filter((item) => placed(item, left, ports)) : [];
  const added = left.map((definition) => document.createNode(tagOf(definition, ports)));
  if (isSeq(tags)) tags.items = [...kept, ...added];
  else if (added.length > 0) node.set('tags', document.createNode(added));
}

/** Whether the tag stays; a port tag gets the port of the definition it stands for, which is then done. */
function placed(
  item: YAMLSeq['items'][number],
  left: PortDefinition[],
  ports: PortWriting['ports'],
): boolean {
  if (!isScalar(item) || typeof item.value !== 'string') return true;
  const tag = parsePortTag(item.value);
  if (!tag) return true;
  const named = typeof tag.outer === 'object' ? tag.outer.placeholder : undefined;
  const byName = left.findIndex(({ name }) => name === named);
  const index = byName >= 0 ? byName : left.findIndex((definition) => tagMatches(tag, definition));
  const [definition] = index >= 0 ? left.splice(index, 1) : [];
  if (!definition) return false;
  item.value = tagOf(definition, ports);
  return true;
}

function tagOf(definition: PortDefinition, ports: PortWriting['ports']): string {
  const port = ports[definition.name];
  if (port === undefined)
    throw new Refusal('rule', `port ${definition.name} of node ${definition.node} has no number`);
  return portTag(definition, port);
}

function notesWith(notes: unknown, marker: string): string {
  const scheme = marker.slice(0, marker.indexOf(':') + 1);
  const others = (typeof notes === 'string' ? notes : '')
    .split('\n')
    .filter((line) => scheme === '' || !line.startsWith(scheme))
    .join('\n')
    .trimEnd()
    .slice(0, NOTES_LIMIT - marker.length - 2);
  return others === '' ? marker : `${others}\n\n${marker}`;
}
