import type { Alarm } from '#contract'

/** An alarm as Alertmanager sends it to webhooks. */
export function alertOf(alarm: Alarm): object {
  return {
    version: '4',
    status: alarm.state === 'resolved' ? 'resolved' : 'firing',
    receiver: 'tidemill',
    groupKey: `${alarm.monitor}/${alarm.kind}`,
    alerts: [
      {
        status: alarm.state === 'resolved' ? 'resolved' : 'firing',
        labels: {
          alertname: `tidemill_${alarm.kind}`,
          monitor: alarm.monitor,
          endpoint: alarm.endpoint,
        },
        annotations: { summary: alarm.summary, report: alarm.report },
        startsAt: new Date(alarm.openedAt).toISOString(),
        fingerprint: alarm.id,
      },
    ],
  }
}
