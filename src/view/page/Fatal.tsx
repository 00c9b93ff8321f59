import { Failed } from '../common/Failed.tsx';
import { useActions, useSession } from '../common/session.tsx';

/** A pattern that can't be shown: what is the matter, and what there is instead. */
export function Fatal({ title, detail }: { readonly title: string; readonly detail: string }) {
  const actions = useActions();
  const { catalogue } = useSession();
  const meant = catalogue.find(({ id }) => detail.includes(`"${id}"`));
  return (
    <Failed title={title} detail={detail}>
      {meant !== undefined && <button type="button" onClick={() => void actions.openPattern(meant.id)}>Open {meant.title}</button>}
      <button type="button" onClick={() => actions.openGallery()}>Go to the gallery</button>
    </Failed>
  );
}
