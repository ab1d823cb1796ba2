import { badRequest } from './errors.ts';
import type { LabRecord, NodeRecord } from './model.ts';
import { type JsonObject, object, oneOf } from './shape.ts';

const grey = '#808080FF';
const transparent = '#00000000';
const common = { border_style: '', rotation: 0, thickness: 1, x1: 0, y1: 0, z_index: 0 };

/** What an annotation of each type has besides its id, with CML's defaults. */
const defaults: Record<string, JsonObject> = {
  text: {
    ...common,
    border_color: transparent,
    color: grey,
    text_bold: false,
    text_content: 'text annotation',
    text_font: 'monospace',
    text_italic: false,
    text_size: 12,
    text_unit: 'pt',
  },
  line: {
    border_style: '',
    thickness: 1,
    x1: 0,
    y1: 0,
    z_index: 0,
    border_color: grey,
    color: '#FFFFFFFF',
    line_start: null,
    line_end: null,
    x2: 100,
    y2: 100,
  },
  ellipse: { ...common, border_color: grey, color: '#FFFFFFFF', x2: 100, y2: 100 },
  rectangle: { ...common, border_color: grey, color: '#FFFFFFFF', border_radius: 0, x2: 100, y2: 100 },
};

/** A complete annotation out of what was sent; unknown properties are refused. */
export function readAnnotation(value: unknown, path: string, id: string, base?: JsonObject): JsonObject {
  const from = object(value, path);
  const type = oneOf('text', 'line', 'ellipse', 'rectangle')(from['type'], `${path}.type`);
  const allowed = defaults[type] ?? {};
  for (const name of Object.keys(from)) {
    if (name === 'id' || name === 'type' || name in allowed) continue;
    // Topologies of older releases carry a rotation on lines; it means nothing.
    if (name !== 'rotation') throw badRequest(`${path}.${name}: no such property of a ${type} annotation`);
  }
  return { ...allowed, ...base, ...from, id, type };
}

const smartDefaults = {
  is_on: true,
  padding: 35,
  tag_offset_x: 0,
  tag_offset_y: 0,
  tag_size: 14,
  group_distance: 400,
  thickness: 1,
  border_style: '',
  border_color: '#00000080',
  z_index: 1,
};

/**
 * Keeps one smart annotation per tag in use, as CML does since 2.8: a new tag makes one, the last node's
 * loss of a tag removes it.
 */
export function syncSmartAnnotations(lab: LabRecord, nodes: NodeRecord[], newId: () => string): void {
  const tags = new Set(nodes.flatMap((node) => node.tags));
  const kept = lab.smartAnnotations.filter((one) => tags.has(String(one['tag'])));
  const known = new Set(kept.map((one) => one['tag']));
  for (const tag of tags) if (!known.has(tag)) kept.push(newSmartAnnotation(tag, newId()));
  lab.smartAnnotations = kept;
}

function newSmartAnnotation(tag: string, id: string): JsonObject {
  return { ...smartDefaults, id, tag, label: tag, fill_color: colourOf(tag) };
}

/** A colour that stays the same for the same tag. */
function colourOf(tag: string): string {
  let hash = 0;
  for (const letter of tag) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) & 0xffffff;
  return `#${hash.toString(16).padStart(6, '0').toUpperCase()}80`;
}
