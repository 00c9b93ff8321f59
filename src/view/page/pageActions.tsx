import { createContext, useContext } from 'react';

/** Things of the page itself, which no run knows of. */
interface PageActionsValue {
  openHelp(): void;
}
const Context = createContext<PageActionsValue>({ openHelp: () => undefined });
export const PageActions = Context;
export const usePageActions = (): PageActionsValue => useContext(Context);
