/** How components of an embed reach its options. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand';
import type { Control, Panel } from '../../embed/contract.ts';
import type { Options } from '../../embed/options.ts';

export type OptionsStore = Pick<StoreApi<Options>, 'getState' | 'getInitialState' | 'subscribe'>;
const Context = createContext<OptionsStore | null>(null);
export const OptionsProvider = Context;
export function useOptions<T>(selector: (options: Options) => T): T {
  const store = useContext(Context);
  if (store === null) throw new Error('No OptionsProvider above this component.');
  return useStore(store, selector);
}
export const useHasControl = (control: Control): boolean => useOptions(({ controls }) => controls.includes(control));
export const useHasPanel = (panel: Panel): boolean => useOptions(({ panels }) => panels.includes(panel));
