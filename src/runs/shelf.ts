/** The shelf of everything that exists: stories of all patterns in the catalogue and of the roles, without their engines. */
import { catalogue } from '../patterns/catalogue.ts';
import { roleStories } from '../roles/stories.ts';
import { shelfOf } from './document-stories.ts';

export const shelf = shelfOf(catalogue, roleStories);
export { roleStories };
