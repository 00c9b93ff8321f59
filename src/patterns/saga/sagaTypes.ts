/** The saga types that scenarios run. */
import type { Json } from '../../kernel/contract.ts';

const create = { name: 'create', service: 'order', action: 'createOrder', compensation: 'rejectOrder', kind: 'compensable', account: 'orders', amount: 1 } as const;
const credit = { name: 'credit', service: 'customer', action: 'reserveCredit', compensation: 'releaseCredit', kind: 'compensable', account: 'customer', amount: 'amount', confirm: true, lock: true } as const;
const stock = { name: 'stock', service: 'inventory', action: 'reserveStock', compensation: 'releaseStock', kind: 'compensable', account: 'item', amount: 'quantity', confirm: true } as const;
const charge = { name: 'charge', service: 'payment', action: 'chargeCard', compensation: 'voidCharge', kind: 'pivot', account: 'customer', amount: 'amount' } as const;
const approve = { name: 'approve', service: 'order', action: 'approveOrder', kind: 'retriable', account: 'orders', amount: 1 } as const;
const ship = { name: 'ship', service: 'shipping', action: 'bookShipment', kind: 'retriable', account: 'item', amount: 'quantity' } as const;

/** The order saga: order, credit, stock, then the charge as go/no-go, then approval and shipment, which must succeed. */
export const orderSteps: Json = [create, credit, stock, charge, approve, ship];

/** The same with the money first: whoever is refused later has been charged already. */
export const chargeFirstSteps: Json = [
  { ...charge, compensation: 'refundCard', kind: 'compensable' }, create, credit, { ...stock, kind: 'pivot' }, approve, ship,
];

/** Four steps, one of each kind and one more: for crash points and for reading. */
export const fourSteps: Json = [credit, stock, charge, ship];

/** An authorised charge is provisional until it is captured, past the pivot: what stays provisional was charged for nothing. */
export const authoriseSteps: Json = [create, credit, stock, { ...charge, action: 'authoriseCard', confirm: true }, approve, ship];

/**
 * Cancels an order: the credit is given back early and, if the parcel can't be stopped, taken away again. Whoever used it meanwhile is
 * over the limit.
 */
export const cancelSteps: Json = [
  { name: 'release', service: 'customer', action: 'giveBackCredit', compensation: 'takeBackCredit', kind: 'compensable', account: 'customer', amount: 'amount', gives: true, confirm: true, lock: true },
  { name: 'recall', service: 'delivery', action: 'stopParcel', compensation: 'sendParcel', kind: 'pivot', account: 'item', amount: 'quantity' },
  { name: 'refund', service: 'payment', action: 'refundCard', kind: 'retriable', account: 'customer', amount: 'amount' },
];
