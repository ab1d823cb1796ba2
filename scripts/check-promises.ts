import { relative } from 'node:path';
import ts from 'typescript';

/**
 * Finds promises that nobody waits for, as `file:line: what`, in everything that a TypeScript project includes.
 * The linter's own rule sees our types only; this one asks the compiler, so it knows Node's and the libraries' too.
 * @throws Error where the project has no sources: nothing would have been checked.
 */
export function findLostPromises(configFile: string): { lost: string[]; files: number } {
  const { program, fileNames } = open(configFile);
  const checker = program.getTypeChecker();
  const sources = program.getSourceFiles().filter((one) => fileNames.has(one.fileName));
  if (sources.length === 0) throw new Error(`${configFile} includes no sources: nothing was checked`);
  const lost: string[] = [];
  for (const source of sources) {
    const report = (node: ts.Node, what: string) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      lost.push(`${relative(process.cwd(), source.fileName)}:${line + 1}: ${what}`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isExpressionStatement(node) && isDropped(node.expression, checker))
        report(node, 'nobody waits for this promise; await it, return it, or catch its error');
      if (ts.isCallExpression(node))
        for (const argument of dropsOfCallee(node, checker))
          report(
            argument,
            'this callback gives a promise to a caller that ignores it; catch its errors inside',
          );
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { lost, files: sources.length };
}

function open(configFile: string): { program: ts.Program; fileNames: ReadonlySet<string> } {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    configFile,
    { noEmit: true, incremental: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (parsed === undefined) throw new Error(`cannot read ${configFile}`);
  return {
    program: ts.createProgram(parsed.fileNames, parsed.options),
    fileNames: new Set(parsed.fileNames),
  };
}

/** A statement's promise is dropped unless it was awaited, voided, assigned, or its failure is handled. */
function isDropped(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isParenthesizedExpression(expression)) return isDropped(expression.expression, checker);
  if (ts.isAwaitExpression(expression) || ts.isVoidExpression(expression)) return false;
  if (ts.isBinaryExpression(expression)) {
    const kind = expression.operatorToken.kind;
    if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) return false;
    return isDropped(expression.right, checker);
  }
  if (ts.isConditionalExpression(expression))
    return isDropped(expression.whenTrue, checker) || isDropped(expression.whenFalse, checker);
  return holdsPromise(checker.getTypeAtLocation(expression), checker) && !isHandled(expression, checker);
}

function isHandled(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return false;
  const { name, expression: receiver } = expression.expression;
  if (name.text === 'catch') return expression.arguments.length > 0;
  if (name.text === 'then') return expression.arguments.length > 1;
  return name.text === 'finally' && !isDropped(receiver, checker);
}

/** The callbacks among a call's arguments whose promise the called function has no use for. */
function dropsOfCallee(call: ts.CallExpression, checker: ts.TypeChecker): ts.Expression[] {
  const dropped = call.arguments.filter((argument) => {
    if (!mayGivePromise(argument)) return false;
    const wanted = checker.getContextualType(argument)?.getCallSignatures() ?? [];
    if (wanted.length === 0 || !wanted.every((one) => isVoid(checker.getReturnTypeOfSignature(one))))
      return false;
    const given = checker.getTypeAtLocation(argument).getCallSignatures();
    return given.some((one) => holdsPromise(checker.getReturnTypeOfSignature(one), checker));
  });
  return dropped.length > 0 && waitsAllTheSame(call, checker) ? [] : dropped;
}

function mayGivePromise(argument: ts.Expression): boolean {
  if (!ts.isArrowFunction(argument) && !ts.isFunctionExpression(argument)) return false;
  const isAsync = argument.modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  return isAsync || !ts.isBlock(argument.body);
}

/** Fastify's types put the form with a `done` first, and say void; plugins and hooks that are async are awaited. */
function waitsAllTheSame(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return declaration?.getSourceFile().fileName.includes('/node_modules/fastify/') ?? false;
}

function isVoid(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
}

function holdsPromise(type: ts.Type, checker: ts.TypeChecker): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const element = checker.isArrayType(part)
      ? checker.getIndexTypeOfType(part, ts.IndexKind.Number)
      : undefined;
    if (element !== undefined) return holdsPromise(element, checker);
    return part.getProperty('then') !== undefined && part.getProperty('catch') !== undefined;
  });
}

if (import.meta.main) {
  const reports = ['tsconfig.json', 'src/ui/tsconfig.json'].map(findLostPromises);
  const lost = [...new Set(reports.flatMap((report) => report.lost))];
  for (const one of lost) console.error(one);
  const files = reports.reduce((sum, report) => sum + report.files, 0);
  console.log(`${lost.length} lost promises in ${files} files`);
  if (lost.length > 0) process.exitCode = 1;
}
