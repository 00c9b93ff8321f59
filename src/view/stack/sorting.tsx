/** A list that is sorted by drag, touch or keyboard: the one place that knows the library for it. */
import type { ReactNode } from 'react';
import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent } from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';

interface ListProps {
  readonly ids: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly onMove: (id: string, place: number) => void;
  readonly children: ReactNode;
}
/** `onMove` gets the place that the thing was put on, counted in `ids`. */
export function SortableList({ ids, nameOf, onMove, children }: ListProps) {
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const place = (id: string | number | undefined): string => `place ${ids.indexOf(String(id)) + 1} of ${ids.length}`;
  const announcements: Announcements = {
    onDragStart: ({ active }) => `Picked up ${nameOf(String(active.id))}, ${place(active.id)}.`,
    onDragOver: ({ active, over }) => (over === null ? `${nameOf(String(active.id))} is outside of the stack.` : `${nameOf(String(active.id))} is over ${place(over.id)}.`),
    onDragEnd: ({ active, over }) => (over === null ? `${nameOf(String(active.id))} was put back.` : `${nameOf(String(active.id))} was put on ${place(over.id)}.`),
    onDragCancel: ({ active }) => `${nameOf(String(active.id))} was put back.`,
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => { if (over !== null && over.id !== active.id) onMove(String(active.id), ids.indexOf(String(over.id))); };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd}
      accessibility={{ announcements, screenReaderInstructions: { draggable: 'Press space to pick the layer up, up and down to move it, space to put it down, escape to leave it where it was.' } }}>
      <SortableContext items={[...ids]} strategy={verticalListSortingStrategy}>{children}</SortableContext>
    </DndContext>
  );
}

export interface Grip {
  /** For the thing that moves. */
  readonly row: { readonly ref: (element: HTMLElement | null) => void; readonly style: { readonly transform?: string; readonly transition?: string } };
  /** For the button by which it is moved. */
  readonly handle: object;
  readonly dragging: boolean;
}
export function useGrip(id: string, fixed: boolean): Grip {
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id, disabled: { draggable: fixed, droppable: false } });
  return {
    row: { ref: setNodeRef, style: { ...(transform !== null && { transform: `translateY(${Math.round(transform.y)}px)` }), ...(transition !== undefined && { transition }) } },
    handle: { ref: setActivatorNodeRef, ...attributes, ...listeners, tabIndex: 0 },
    dragging: isDragging,
  };
}
