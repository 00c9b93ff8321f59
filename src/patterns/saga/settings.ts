/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Temporal', language: 'typescript',
    template: `const activities = proxyActivities<OrderActivities>({
  startToCloseTimeout: '{stepTimeoutMs}ms',
  retry: { initialInterval: '{retryDelayMs}ms', backoffCoefficient: {retryFactor}, maximumInterval: '{retryMaxDelayMs}ms', maximumAttempts: {stepAttempts} },
});
// Past the pivot and for compensations: maximumAttempts {retriableAttempts} and {compensationAttempts} (0 is unlimited).
const compensations: (() => Promise<void>)[] = [];
try {
  await activities.reserveCredit(order);
  compensations.unshift(() => activities.releaseCredit(order));
  // … the other steps; after the charge: compensations.length = 0
} catch (error) {
  for (const undo of compensations) await undo();
  throw error;
}
`,
    caveat: 'The workflow’s history is the log. Push the compensation before the call if a step may have been done although it timed out.',
  },
  {
    library: 'Eventuate Tram Sagas', language: 'java',
    template: `step().invokeParticipant(this::createOrder).withCompensation(this::rejectOrder)
  .step().invokeParticipant(this::reserveCredit).withCompensation(this::releaseCredit)
  .step().invokeParticipant(this::reserveStock).withCompensation(this::releaseStock)
  .step().invokeParticipant(this::chargeCard)      // pivot: no compensation
  .step().invokeParticipant(this::approveOrder)    // retriable
  .step().invokeParticipant(this::bookShipment)
  .build();
`,
    caveat: 'Commands are messages and wait in a channel: there is no time-out of a step ({stepTimeoutMs} ms here). Isolation here: {isolation}; Tram locks aggregates by saga.',
  },
  {
    library: 'MassTransit', language: 'csharp',
    template: `builder.AddActivity("ReserveCredit", new Uri("queue:reserve-credit_execute"));  // Compensate() is called in reverse for activities that stored a log
services.AddMassTransit(x => x.AddConfigureEndpointsCallback((_, _, e) =>
  e.UseMessageRetry(r => r.Exponential({compensationAttempts}, TimeSpan.FromSeconds({retryDelayMs:s}), TimeSpan.FromSeconds({retryMaxDelayMs:s}), TimeSpan.FromSeconds({retryDelayMs:s})))));
// State machine saga instead: Schedule(() => Expired, s => s.Delay = TimeSpan.FromSeconds({sagaTimeoutMs:s}));
`,
    caveat: 'Nothing is retried unless UseMessageRetry says so; a failed compensation faults the routing slip, and somebody has to look.',
  },
  {
    library: 'NServiceBus', language: 'csharp',
    template: `class OrderSaga : Saga<OrderData>, IAmStartedByMessages<PlaceOrder>, IHandleMessages<CreditReserved>, IHandleTimeouts<OrderExpired>
{
  public async Task Handle(PlaceOrder message, IMessageHandlerContext context)
    => await RequestTimeout<OrderExpired>(context, TimeSpan.FromSeconds({sagaTimeoutMs:s}));
}
endpointConfiguration.Recoverability()
  .Immediate(i => i.NumberOfRetries({stepAttempts}))
  .Delayed(d => d.NumberOfRetries({compensationAttempts}).TimeIncrease(TimeSpan.FromSeconds({retryDelayMs:s})));
`,
    caveat: 'Saga data is stored with the messages it sends (outbox). Messages that keep failing go to the error queue: that is STUCK.',
  },
  {
    library: 'Axon', language: 'java',
    template: `@Saga
class OrderSaga {
  @StartSaga @SagaEventHandler(associationProperty = "orderId")
  void on(OrderCreated event) {
    deadline = deadlineManager.schedule(Duration.ofMillis({sagaTimeoutMs}), "order-overdue", event.orderId());
    commandGateway.send(new ReserveCredit(event.orderId()));
  }
  @SagaEventHandler(associationProperty = "orderId")
  void on(StockRefused event) { commandGateway.send(new ReleaseCredit(event.orderId())); }
  @EndSaga @SagaEventHandler(associationProperty = "orderId")
  void on(OrderRejected event) { deadlineManager.cancelSchedule("order-overdue", deadline); }
}
`,
    caveat: 'Compensations are commands that you send; retries are those of the command gateway ({compensationAttempts} here).',
  },
  {
    library: 'Camunda 8', language: 'xml',
    template: `<bpmn:boundaryEvent id="undoCredit" attachedToRef="reserveCredit"><bpmn:compensateEventDefinition /></bpmn:boundaryEvent>
<bpmn:serviceTask id="releaseCredit" isForCompensation="true">
  <bpmn:extensionElements><zeebe:taskDefinition type="releaseCredit" retries="{compensationAttempts}" /></bpmn:extensionElements>
</bpmn:serviceTask>
<bpmn:endEvent id="refused"><bpmn:compensateEventDefinition /></bpmn:endEvent>
`,
    caveat: 'A compensation event invokes all handlers at once, in no order (here: {compensationOrder}). When retries run out there is an incident for a person.',
  },
  {
    library: 'AWS Step Functions', language: 'json',
    template: `"ReserveStock": {
  "Type": "Task",
  "TimeoutSeconds": {stepTimeoutMs:s},
  "Retry": [{ "ErrorEquals": ["States.Timeout", "States.TaskFailed"], "IntervalSeconds": {retryDelayMs:s}, "BackoffRate": {retryFactor}, "MaxAttempts": {stepAttempts}, "MaxDelaySeconds": {retryMaxDelayMs:s} }],
  "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "ReleaseStock" }],
  "Next": "ChargeCard"
}
`,
    caveat: 'Catch leads to the compensation of the failing step itself, as it should after a time-out. IntervalSeconds must be whole seconds.',
  },
];
