-- Which nonce was which message is known in memory (`messages.nonces`): this was a page more on the card for each message.
DROP INDEX message_nonce;
