/** A batch of a topic with one message, as SNS hands it to a function. */
export function topicEvent(Message: string, Subject: string | null = null) {
  const arn = "arn:aws:sns:us-east-1:000000000000:bellwether-here-alarms";
  return {
    Records: [
      {
        EventVersion: "1.0",
        EventSubscriptionArn: `${arn}:21be56ed-a058-49f5-8c98-aedd2564c486`,
        EventSource: "aws:sns",
        Sns: {
          SignatureVersion: "1",
          Timestamp: "2024-07-02T12:45:07.000Z",
          Signature: "tcc6faL2yUC6dgZdmrwh1Y4cGa/ebXEkAi6RibDsvpi+tE/1+82j...65r==",
          SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-x.pem",
          MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
          Message,
          MessageAttributes: {},
          Type: "Notification",
          UnsubscribeUrl: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
          TopicArn: arn,
          Subject,
        },
      },
    ],
  };
}
