import { useEffect, useMemo, useState } from 'react';
import { engineParts, type LayerInfo } from '../common/engines.ts';
import { useSession } from '../common/session.tsx';
import { allStates, machineModel } from '../machine/machineModel.ts';

/** Whether a state of a layer's machine is a final one, once the machines have been loaded. */
export function useFinals(layers: ReadonlyMap<string, LayerInfo>): (layer: string, state: string) => boolean {
  const { catalogue } = useSession();
  const [finals, setFinals] = useState<ReadonlyMap<string, ReadonlySet<string>>>(new Map());
  useEffect(() => {
    let on = true;
    const patterns = new Set([...layers.values()].filter(({ story }) => story?.machine !== undefined).map(({ engine }) => engineParts(engine).pattern));
    void Promise.all(catalogue.filter(({ id }) => patterns.has(id)).map(async ({ id, machines }) => [id, (await machines?.()) ?? {}] as const)).then((loaded) => {
      if (!on) return;
      setFinals(new Map(loaded.flatMap(([id, machines]) => Object.entries(machines).map(([name, machine]) => {
        const model = machineModel(machine);
        return [`${id}/${name}`, new Set(model === null ? [] : allStates(model.root).filter(({ kind }) => kind === 'final').map(({ path }) => path))] as const;
      }))));
    }, () => undefined);
    return () => { on = false; };
  }, [layers, catalogue]);
  return useMemo(() => (layer, state) => {
    const info = layers.get(layer);
    return info !== undefined && finals.get(`${engineParts(info.engine).pattern}/${info.story?.machine ?? ''}`)?.has(state) === true;
  }, [layers, finals]);
}
