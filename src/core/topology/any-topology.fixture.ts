import fc from 'fast-check';
import { Document, isScalar, parseDocument, visit } from 'yaml';

/** What a schema version of CML's exports has beside what all of them have. */
const TRAITS = {
  '0.0.3': {},
  '0.0.4': {},
  '0.0.5': {},
  '0.1.0': { hidesLinks: true },
  '0.2.0': { annotations: true, hidesLinks: true },
  '0.2.1': { annotations: true, hidesLinks: true },
  '0.2.2': { annotations: true, hidesLinks: true, files: true },
  '0.3.0': { annotations: true, hidesLinks: true, files: true, smart: true },
  '0.3.1': { annotations: true, hidesLinks: true, files: true, smart: true },
} as const satisfies Record<string, Traits>;

interface Traits {
  annotations?: boolean;
  hidesLinks?: boolean;
  files?: boolean;
  smart?: boolean;
}

/** Schema versions that CML's exports come in. */
const VERSIONS = Object.keys(TRAITS) as (keyof typeof TRAITS)[];

/** Words that YAML 1.1 takes for something else than text, wherever they stand without quotes. */
const TRAPS = [
  'on',
  'off',
  'yes',
  'no',
  'y',
  'n',
  '~',
  'null',
  '12:30:45',
  '0755',
  '1e3',
  '1_000',
  '2024-01-01',
];
const text = fc.oneof(
  fc.constantFrom(
    ...TRAPS,
    '- a',
    '# b',
    'a: b',
    'é',
    '',
    ' lead',
    'trail ',
    '%x',
    '@at',
    '!bang',
    '&x',
    '*x',
  ),
  fc.string({ maxLength: 24 }),
  fc.string({ maxLength: 12, unit: 'binary' }).map((one) => one.replace(/[\p{C}\ud800-\udfff\ufeff]/gu, 'x')),
);
const lines = fc.array(text, { maxLength: 5 }).map((some) => some.join('\n'));
/** Scalars that are written without quotes, and have to come out as they went in. */
const PLAIN = [
  ...TRAPS,
  '0x1F',
  '0b11',
  '.inf',
  '1.50',
  '+12',
  '-0',
  '123456789012345678901',
  '440.0',
  '1e3',
];
/** Stands for one of them until all is written. */
const plain = fc.nat(PLAIN.length - 1).map((index) => `lcmplain${index}x`);
/** What LCM knows nothing of: exports have more with every release. */
const foreign = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  plain,
  fc.dictionary(fc.constantFrom('a', 'b', '1', 'on', 'x y'), text, { maxKeys: 3 }),
  fc.array(text, { maxLength: 3 }),
);
const more = fc.dictionary(fc.constantFrom('parameters', 'future_field', 'x-custom', 'pyats'), foreign, {
  maxKeys: 2,
});

const portTag = fc.constantFrom(
  'serial:5000',
  'serial:5001:1',
  'vnc:5900',
  'pat:2022:22',
  'pat:udp:2053:53',
  'pat:tcp:2023:23',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders are written so
  'serial:${PORT_A}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders are written so
  'pat:${PORT_B}:443',
);
const tags = fc.array(fc.oneof(text, portTag), { maxLength: 5 });
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

function anyNode(traits: Traits) {
  const file = fc.record({ name: fc.constantFrom('ios_config.txt', 'boot.sh'), content: lines });
  return fc.record(
    {
      boot_disk_size: some(fc.integer({ min: 0, max: 64 })),
      configuration: traits.files
        ? fc.oneof(lines, fc.array(file, { maxLength: 2 }), fc.constant(null))
        : fc.oneof(lines, fc.constant(null)),
      cpu_limit: some(fc.integer({ min: 20, max: 100 })),
      cpus: some(fc.integer({ min: 1, max: 8 })),
      node_definition: fc.constantFrom('iosv', 'iol-xe', 'alpine', 'external_connector', 'made-here'),
      image_definition: some(fc.constant('an-image')),
      ram: some(fc.integer({ min: 1, max: 8_192 })),
      tags: some(tags),
      x: fc.oneof(fc.integer({ min: -9_000, max: 9_000 }), fc.constant(12.5)),
      y: fc.integer({ min: -9_000, max: 9_000 }),
      ...(traits.hidesLinks ? { hide_links: fc.boolean() } : {}),
      word: text.filter((one) => one.length < 100),
      interfaces: fc.integer({ min: 1, max: 3 }),
      more,
    },
    { requiredKeys: ['configuration', 'node_definition', 'tags', 'x', 'y', 'word', 'interfaces', 'more'] },
  );
}

function anyValue(version: keyof typeof TRAITS) {
  const traits: Traits = TRAITS[version];
  return fc
    .record({
      nodes: fc.array(anyNode(traits), { minLength: 1, maxLength: 5 }),
      ends: fc.constantFrom(
        ['n1', 'i1', 'n2', 'i2'] as const,
        ['node_a', 'interface_a', 'node_b', 'interface_b'] as const,
      ),
      lab: fc.record(
        { title: text.map((one) => one.slice(0, 64)), description: lines, notes: lines, more },
        { requiredKeys: ['more'] },
      ),
      shared: fc.boolean(),
      annotations: fc.array(fc.dictionary(fc.constantFrom('type', 'x1', 'color'), foreign), { maxLength: 2 }),
      labFirst: fc.boolean(),
    })
    .map(({ nodes, ends, lab, shared, annotations, labFirst }) => {
      const head = { lab: { ...lab, more: undefined, ...lab.more, version } };
      const [nodeA, interfaceA, nodeB, interfaceB] = ends;
      return {
        ...(labFirst ? head : {}),
        ...(traits.annotations ? { annotations } : {}),
        ...(traits.smart ? { smart_annotations: shared ? annotations : structuredClone(annotations) } : {}),
        nodes: nodes.map(({ word, interfaces, more, ...node }, index) => ({
          id: `n${index}`,
          label: `${word}-${index}`,
          ...node,
          ...more,
          interfaces: Array.from({ length: interfaces }, (_, slot) => ({
            id: `i${slot}`,
            label: `eth${slot}`,
            slot,
            type: 'physical',
            ...(traits.smart ? { mac_address: null } : {}),
          })),
        })),
        links: nodes.slice(1).map((_, index) => ({
          id: `l${index}`,
          [nodeA]: `n${index}`,
          [interfaceA]: 'i0',
          [nodeB]: `n${index + 1}`,
          // The first interface of a node leads on, the last one back: two links never share one.
          [interfaceB]: `i${(nodes[index + 1]?.interfaces ?? 1) - 1}`,
          conditioning: {},
        })),
        ...(labFirst ? {} : head),
      };
    })
    .filter(
      ({ nodes, links }) =>
        links.length === 0 || nodes.slice(1, -1).every((node) => node.interfaces.length > 1),
    );
}

const style = fc.record({
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 80),
  collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
  blockQuote: fc.constantFrom(true, 'literal' as const, 'folded' as const),
  singleQuote: fc.constantFrom(null, true, false),
});

/** A CML topology of any schema version, as an author may have written it: any form, any comments. */
export const anyTopology: fc.Arbitrary<string> = fc
  .constantFrom(...VERSIONS)
  .chain((version) => written(version))
  // The library writes some texts of several lines in flow collections in a way that it cannot read.
  .filter((text) => parseDocument(text, { version: '1.1' }).errors.length === 0);

function written(version: keyof typeof TRAITS): fc.Arbitrary<string> {
  return fc
    .record({ value: anyValue(version), comments: fc.array(fc.nat(60), { maxLength: 6 }), style })
    .map(({ value, comments, style }) => {
      const document = new Document(value, { version: '1.1' });
      let place = 0;
      visit(document, {
        Pair: (_key, pair) => {
          if (isScalar(pair.key) && comments.includes(place++)) pair.key.commentBefore = ` remark ${place}`;
        },
      });
      return document
        .toString(style)
        .replaceAll(/lcmplain(\d+)x/g, (_, index: string) => PLAIN[Number(index)] ?? '');
    });
}
