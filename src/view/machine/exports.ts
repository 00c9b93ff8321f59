/** A state machine in the formats of others. */
import { allStates, type MachineModel, type MachineState } from './machineModel.ts';

const id = (path: string): string => path.replaceAll(/\W/g, '_');

/** Mermaid's stateDiagram-v2. */
export function mermaid({ root, moves }: MachineModel): string {
  const lines: string[] = [];
  const write = (state: MachineState, indent: string): void => {
    if (state.initial !== null) lines.push(`${indent}[*] --> ${id(state.initial)}`);
    state.children.forEach((child, i) => {
      if (state.kind === 'parallel' && i > 0) lines.push(`${indent}--`);
      if (child.children.length === 0) lines.push(`${indent}${id(child.path)} : ${child.key}`);
      else {
        lines.push(`${indent}state ${id(child.path)} {`);
        write(child, `${indent}  `);
        lines.push(`${indent}}`);
      }
      if (child.kind === 'final') lines.push(`${indent}${id(child.path)} --> [*]`);
    });
  };
  write(root, '  ');
  const known = new Set(allStates(root).map(({ path }) => path));
  for (const { from, to, event, guard } of moves) {
    if (from !== '' && known.has(to)) lines.push(`  ${id(from)} --> ${id(to)} : ${event === '' ? 'always' : event}${guard === '' ? '' : ` [${guard}]`}`);
  }
  return `stateDiagram-v2\n${lines.join('\n')}\n`;
}

/** The machine's own configuration, as XState reads it; code in it is named, not kept. */
export function xstateJson(machine: unknown): string {
  const config = typeof machine === 'object' && machine !== null && 'config' in machine ? (machine as { readonly config: unknown }).config : null;
  return JSON.stringify(config, (_, value: unknown) => (typeof value === 'function' ? value.name || 'function' : value), 2);
}

const KEPT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'marker-end'] as const;
/** A drawing of the page as a file of its own: what the style sheet says is written into it. */
export function svgText(drawing: SVGSVGElement, width: number, height: number): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((element, i) => {
    const style = getComputedStyle(element), target = to[i]!;
    for (const name of KEPT) target.setAttribute(name, style.getPropertyValue(name));
    target.removeAttribute('class');
    target.removeAttribute('tabindex');
  });
  const pad = 12;
  copy.querySelector('[data-content]')?.removeAttribute('transform');
  copy.setAttribute('viewBox', `${-pad} ${-pad} ${width + 2 * pad} ${height + 2 * pad}`);
  copy.setAttribute('width', String(Math.round(width + 2 * pad)));
  copy.setAttribute('height', String(Math.round(height + 2 * pad)));
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}
