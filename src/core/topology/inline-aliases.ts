import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** Puts a copy in place of every alias and merge key (`<<`), so that an edit in one place changes no other. */
export function inlineAliases(document: Document): void {
  const anchored = new Map<string, Scalar | YAMLMap | YAMLSeq>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) return anchored.get(node.source)?.clone() as typeof node | undefined;
      if (node.anchor) anchored.set(node.anchor, node);
      return undefined;
    },
  });
  visit(document, {
    Map: (_key, map) => {
      while (map.items.some(isMerge)) mergeIn(map);
    },
  });
  visit(document, {
    Node: (_key, node) => {
      if (!isAlias(node)) delete node.anchor;
    },
  });
}

/** A merge key is told by its value: YAML 1.1 reads it as a symbol. */
const isMerge = ({ key }: Pair) => isScalar(key) && typeof key.value === 'symbol';

function mergeIn(map: YAMLMap): void {
  const known = new Set(map.items.filter((pair) => !isMerge(pair)).map(nameOf));
  map.items = map.items.flatMap((pair) => {
    if (!isMerge(pair)) return [pair];
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    return sources.filter(isMap).flatMap((source) =>
      source.items.filter((merged) => {
        const isNew = isMerge(merged) || !known.has(nameOf(merged));
        known.add(nameOf(merged));
        return isNew;
      }),
    );
  });
}

/** A map has no two keys that are written alike. */
const nameOf = ({ key }: Pair): string => String(key);
