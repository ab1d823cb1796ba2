import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { exempt, forbiddenAccesses, forbiddenGlobals, forbiddenImports } from './clock-rules.ts';

/**
 * Finds each use of the machine's clock, timers or chance in one file, as `file:line: what; use …`.
 * The whole system must be able to run on virtual time, so only adapters may touch the real one.
 */
export function findClockUses(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const report = (node: ts.Node, what: string, instead: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1}: ${what}; use ${instead}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeQueryNode(node)) return;
    for (const [what, instead] of judge(node)) report(node, what, instead);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

type Finding = readonly [what: string, instead: string];

function judge(node: ts.Node): Finding[] {
  if (ts.isImportDeclaration(node)) return judgeImport(node);
  if (ts.isPropertyAccessExpression(node)) return access(node.expression, node.name.text);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return access(node.expression, node.argumentExpression.text);
  if (ts.isVariableDeclaration(node)) return destructured(node);
  if (ts.isIdentifier(node)) return judgeGlobal(node);
  const isDate = (callee: ts.Expression) => ts.isIdentifier(callee) && callee.text === 'Date';
  if (ts.isNewExpression(node) && isDate(node.expression) && !node.arguments?.length)
    return [['new Date() without a time', 'new Date(clock.now())']];
  if (ts.isCallExpression(node) && isDate(node.expression)) return [['Date()', 'new Date(clock.now())']];
  return [];
}

function access(object: ts.Expression, name: string): Finding[] {
  const path = `${object.getText()}.${name}`.replaceAll('?.', '.').replace(/^(globalThis|window|self)\./, '');
  const instead = forbiddenAccesses.get(path) ?? (path === name ? forbiddenGlobals.get(name) : undefined);
  return instead === undefined ? [] : [[path, instead]];
}

function destructured(node: ts.VariableDeclaration): Finding[] {
  const { name, initializer } = node;
  if (initializer === undefined || !ts.isObjectBindingPattern(name)) return [];
  return name.elements.flatMap((one) => access(initializer, (one.propertyName ?? one.name).getText()));
}

function judgeGlobal(node: ts.Identifier): Finding[] {
  const instead = forbiddenGlobals.get(node.text);
  if (instead === undefined || isOnlyAName(node)) return [];
  return [[node.text, instead]];
}

/** A property, parameter or member that happens to be called so is not the global function. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) return true;
  return 'name' in parent && parent.name === node;
}

function judgeImport(node: ts.ImportDeclaration): Finding[] {
  const module = ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
  const rule = forbiddenImports.get(module.replace(/^node:/, ''));
  if (rule === undefined || node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  if (rule.names === 'all') return [[`import from ${module}`, rule.instead]];
  const { names, instead } = rule;
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  return bindings.elements
    .map((one) => (one.propertyName ?? one.name).text)
    .filter((name) => names.has(name))
    .map((name) => [`import of ${name} from ${module}`, instead]);
}

/** Every use below `root/src` that is not exempt. @throws Error where there is nothing to look at. */
export function checkClock(root: string): { uses: string[]; files: number } {
  const isTest = /(\.test|\.fixture)\.tsx?$|\/fixtures(\.ts$|\/)/;
  const exempted = [...exempt.keys()];
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root, exclude: ['**/node_modules/**'] }).filter(
    (file) => !isTest.test(file) && !exempted.some((path) => file.startsWith(path)),
  );
  if (files.length === 0) throw new Error(`no sources below ${root}/src: nothing was checked`);
  return {
    files: files.length,
    uses: files.flatMap((file) => findClockUses(file, readFileSync(join(root, file), 'utf8'))),
  };
}

if (import.meta.main) {
  const { uses, files } = checkClock(process.cwd());
  for (const use of uses) console.error(use);
  console.log(`${uses.length} uses of the machine's own time or chance in ${files} files`);
  if (uses.length > 0) process.exitCode = 1;
}
