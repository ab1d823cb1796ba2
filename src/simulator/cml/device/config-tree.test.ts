import { array, assert, asyncProperty, constantFrom, integer, record, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { applyText } from './config-edit.ts';
import { type ConfigLine, parseConfig, renderConfig, section } from './config-tree.ts';

const word = constantFrom('alpha', 'beta', 'gamma', '10.0.0.1', 'x-9');
const leaf = tuple(constantFrom('description', 'network', 'neighbor', 'ip address'), word).map(
  ([first, second]): ConfigLine => ({ text: `${first} ${second}`, children: [] }),
);
const inner = record({
  text: word.map((one) => `address-family ${one}`),
  children: array(leaf, { maxLength: 3 }),
});
const outer = record({
  text: tuple(constantFrom('interface', 'router', 'vlan'), integer({ min: 1, max: 99 })).map((one) =>
    one.join(' '),
  ),
  children: array(inner, { maxLength: 2 }).chain((some) =>
    array(leaf, { maxLength: 3 }).map((leaves): ConfigLine[] => [...leaves, ...some]),
  ),
});
const tree = array(outer, { maxLength: 6 });

test('what is written is read as the same tree, whatever its depth', async () => {
  await assert(
    asyncProperty(tree, async (config) => {
      expect(parseConfig(renderConfig(config))).toEqual(config);
    }),
  );
});

test('merging a configuration into itself changes nothing', () => {
  const config = parseConfig(
    'hostname A\ninterface Ethernet0/0\n ip address 10.0.0.1 255.0.0.0\nrouter ospf 1\n network 10.0.0.0 0.255.255.255 area 0\nline vty 0 4\n login\n',
  );
  expect(applyText(config, renderConfig(config), 'merge')).toEqual(config);
});

test('a section is found by its line, in any case', () => {
  const config = parseConfig('interface Ethernet0/0\n shutdown\n');
  expect(section(config, 'INTERFACE ethernet0/0')?.children).toEqual([{ text: 'shutdown', children: [] }]);
  expect(section(config, 'interface Ethernet0/1')).toBeUndefined();
});
