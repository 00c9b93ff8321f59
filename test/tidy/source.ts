import { parseSync } from 'vite';

/** A source file as the rules see it: where it is and what is in it. Paths are relative to the root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written, without a query such as `?raw`. */
  readonly target: string;
  /** Nothing is left of it at run time. An inline `import { type X }` is not: its module is still loaded. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface ReadSource {
  /** The text with comments, strings, regular expressions and JSX prose blanked out; every line stays where it was. */
  readonly code: string;
  readonly imports: readonly Import[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function readSource({ path, text }: SourceFile): ReadSource {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);

  const blanks: { start: number; end: number }[] = [...comments];
  const imports: Import[] = [];
  visit(program, (node) => {
    if (isProse(node)) blanks.push(node);
    const target = importTarget(node);
    if (target !== undefined) {
      imports.push({ target: target.replace(/\?.*$/, ''), typeOnly: isTypeOnly(node), line: lineAt(text, node.start) });
    }
  });

  let code = text;
  for (const { start, end } of blanks) {
    code = code.slice(0, start) + code.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end);
  }
  return { code, imports };
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, seen);
  } else if (typeof value === 'object' && value !== null) {
    if ('type' in value && 'start' in value) seen(value as Node);
    for (const field of Object.values(value)) visit(field, seen);
  }
}

function isProse(node: Node): boolean {
  if (node.type === 'TemplateElement' || node.type === 'JSXText') return true;
  return node.type === 'Literal' && (typeof node.value === 'string' || 'regex' in node);
}

function importTarget(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType': {
      const source = node.source as { value?: unknown } | null;
      return typeof source?.value === 'string' ? source.value : undefined;
    }
    default:
      return undefined;
  }
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
}
