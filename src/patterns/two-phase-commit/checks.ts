/** What ranges and relations can't say of a coordinator's parameters. */
import type { ParamFault } from '../../kernel/story.ts';

const PARTICIPANTS_MOST = 8, REPLICAS_MOST = 9;

function listFaults(path: string, value: unknown, least: number, most: number): ParamFault[] {
  const rule = `a list of ${least} to ${most} different node ids`;
  const fault = (message: string, nearest?: unknown): ParamFault[] => [{ path, value, rule, level: 'refuse', message, ...(nearest !== undefined && { nearest }) }];
  if (!Array.isArray(value) || !value.every((id) => typeof id === 'string' && id !== '')) return fault('Nodes are named by their ids.');
  const ids = value as readonly string[];
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return fault(`${twice} is named twice: it would be prepared and committed twice.`, [...new Set(ids)]);
  if (ids.length < least) return fault(path === 'replicas' ? 'A replicated decision needs somebody who holds it.' : 'A transaction without participants commits nothing.');
  return ids.length > most ? fault('More are not simulated.', ids.slice(0, most)) : [];
}

export function checkCoordinator({ participants, replicas, protocol }: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const faults = [...listFaults('participants', participants, 1, PARTICIPANTS_MOST), ...listFaults('replicas', replicas, protocol === 'replicatedCoordinator' ? 1 : 0, REPLICAS_MOST)];
  if (protocol === 'threePhase') {
    faults.push({
      path: 'protocol', value: protocol, rule: 'safe in a split network too', nearest: 'replicatedCoordinator', level: 'warn',
      message: 'Three-phase commit takes silence for a crash: cut off from each other, both sides go on, and differently.',
    });
  }
  return faults;
}
