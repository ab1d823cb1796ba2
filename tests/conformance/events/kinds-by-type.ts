import { resolve } from 'node:path';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import type fc from 'fast-check';
import ts from 'typescript';
import { anyOfType } from './any-of-type.ts';

/** An event of any kind, as far as all have it in common. */
export interface AnyEvent {
  type: string;
  at: string;
  by: string;
}

/** The types of events of one kind of aggregate, and how to make any of each. */
export interface KindByType {
  kind: Kind;
  events: { type: string; any: fc.Arbitrary<AnyEvent> }[];
}

/**
 * Every kind of aggregate with every type of its events, read by the compiler off the deciders themselves: one
 * that is added is here by itself.
 */
export function kindsByType(): KindByType[] {
  const file = resolve(import.meta.dirname, '../../../src/core/domain/kinds.ts');
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ESNext, types: [] };
  const program = ts.createProgram([file], {
    ...options,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const kinds = module && checker.getExportsOfModule(module).find(({ name }) => name === 'KINDS');
  if (!kinds) throw new Error(`${file} exports no KINDS`);
  return checker.getPropertiesOfType(checker.getTypeOfSymbol(kinds)).map((kind) => {
    const evolve = member(checker, member(checker, checker.getTypeOfSymbol(kind), 'decider'), 'evolve');
    const event = evolve.getCallSignatures()[0]?.parameters[1];
    if (!event) throw new Error(`${kind.name} has no evolve(state, event)`);
    const type = checker.getTypeOfSymbol(event);
    return {
      kind: kind.name as Kind,
      events: (type.isUnion() ? type.types : [type]).flatMap((one) => eventsOf(checker, one)),
    };
  });
}

/** One for each value of `type`: several events may have a shape in common. */
function eventsOf(checker: ts.TypeChecker, event: ts.Type): KindByType['events'] {
  const type = member(checker, event, 'type');
  const names = type.isUnion() ? type.types : [type];
  return names.map((name) => {
    if (!name.isStringLiteral()) throw new Error(`${checker.typeToString(event)} has no type of its own`);
    const any = anyOfType(checker, event).map((value) => ({ ...(value as AnyEvent), type: name.value }));
    return { type: name.value, any };
  });
}

function member(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type {
  const found = checker.getPropertyOfType(type, name);
  if (!found) throw new Error(`${checker.typeToString(type)} has no ${name}`);
  return checker.getTypeOfSymbol(found);
}
