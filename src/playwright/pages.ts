/** Parts of the page by role or test id: what a user sees, where a verb would not do. */
import type { Locator } from '@playwright/test';
import type { Place } from './sim.ts';

export class SimPage {
  private readonly place: Place;
  constructor(place: Place) { this.place = place; }

  get stage(): Locator { return this.place.getByRole('region', { name: 'Simulation' }); }
  get caption(): Locator { return this.place.getByTestId('caption'); }
  get play(): Locator { return this.place.getByTestId('play'); }
  get restart(): Locator { return this.place.getByTestId('restart'); }
  get nextNote(): Locator { return this.place.getByTestId('next-note'); }
  get previousNote(): Locator { return this.place.getByTestId('previous-note'); }
  get time(): Locator { return this.place.getByTestId('time'); }
  get speed(): Locator { return this.place.getByTestId('speed'); }
  get scenario(): Locator { return this.place.getByTestId('scenario'); }
  get compare(): Locator { return this.place.getByTestId('compare'); }
  get undo(): Locator { return this.place.getByTestId('undo'); }
  get redo(): Locator { return this.place.getByTestId('redo'); }
  get share(): Locator { return this.place.getByTestId('share'); }
  get failure(): Locator { return this.place.getByTestId('failure'); }
  get notices(): Locator { return this.place.getByTestId('notice'); }
  get nextStep(): Locator { return this.place.getByRole('button', { name: 'Next step of the lesson' }).first(); }
  get previousStep(): Locator { return this.place.getByRole('button', { name: 'Step of the lesson before' }).first(); }
  variant(id: string): Locator { return this.place.getByTestId(`variant-${id}`); }
  headline(index: number): Locator { return this.place.getByTestId(`headline-${index}`); }
  tab(name: string): Locator { return this.place.getByRole('tab', { name }); }
}
