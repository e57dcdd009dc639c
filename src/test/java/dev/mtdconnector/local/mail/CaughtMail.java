package dev.mtdconnector.local.mail;

import java.time.Instant;

/**
 * A mail as it was delivered to one recipient.
 *
 * @param number its place in the order of arrival, from 1; not reused
 * @param from the From header
 * @param to the recipient of the SMTP envelope
 * @param messageId the Message-ID header, without angle brackets; empty when there was none
 * @param text the plain text, its lines ended by line feeds; without the last line's end, and empty when the mail has
 *     none
 * @param html what a program shows instead that can; empty when the mail has none
 * @param unsubscribe the address of the List-Unsubscribe header; empty when there was none
 * @param receivedAt by the local world's clock
 */
public record CaughtMail(
        int number,
        String from,
        String to,
        String subject,
        String messageId,
        String text,
        String html,
        String unsubscribe,
        Instant receivedAt) {}
