package dev.mtdconnector.testing;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.QueueRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Queues in memory with the rules and the visibility of Queue Storage, driven by a clock. Safe for several threads. */
public final class MemoryQueues implements JobQueues, QueueReader {

    private final Clock clock;
    private final Map<String, Map<String, Received>> queues = new LinkedHashMap<>();
    private long counter;

    public MemoryQueues(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void send(String queue, String message, Duration delay) {
        QueueRules.check(queue, message, delay);
        Instant now = clock.instant();
        String id = next("message");
        messages(queue).put(id, new Received(queue, id, next("receipt"), message, 0, now, now.plus(delay)));
    }

    @Override
    public synchronized OptionalLong depth(String queue) {
        return OptionalLong.of(messages(queue).size());
    }

    @Override
    public synchronized Optional<Received> receive(String queue, Duration visibility) {
        Instant now = clock.instant();
        Optional<Received> first = messages(queue).values().stream()
                .filter(message -> !message.nextVisibleAt().isAfter(now))
                .min(Comparator.comparing(Received::nextVisibleAt));
        return first.map(message -> hide(message, visibility, message.dequeueCount() + 1));
    }

    @Override
    public synchronized boolean delete(Received message) {
        return isCurrent(message) && messages(message.queue()).remove(message.id()) != null;
    }

    @Override
    public synchronized Optional<Received> updateVisibility(Received message, Duration visibility) {
        return isCurrent(message) ? Optional.of(hide(message, visibility, message.dequeueCount())) : Optional.empty();
    }

    /** How many messages could be taken now. */
    public synchronized int visibleCount(String queue) {
        Instant now = clock.instant();
        return (int) messages(queue).values().stream()
                .filter(message -> !message.nextVisibleAt().isAfter(now))
                .count();
    }

    /** How many messages there are, hidden ones included. */
    public synchronized int count(String queue) {
        return messages(queue).size();
    }

    /** When the next message can be taken, which may be in the past; empty when the queue is. */
    public synchronized Optional<Instant> nextVisibleAt(String queue) {
        return messages(queue).values().stream().map(Received::nextVisibleAt).min(Comparator.naturalOrder());
    }

    /** The messages of a queue in the order of sending, hidden ones included. */
    public synchronized List<Received> peek(String queue) {
        return List.copyOf(messages(queue).values());
    }

    /** The queues that were used. */
    public synchronized List<String> names() {
        return List.copyOf(queues.keySet());
    }

    private Received hide(Received message, Duration visibility, int dequeueCount) {
        Received hidden = new Received(
                message.queue(),
                message.id(),
                next("receipt"),
                message.text(),
                dequeueCount,
                message.insertedAt(),
                clock.instant().plus(visibility));
        messages(message.queue()).put(message.id(), hidden);
        return hidden;
    }

    private boolean isCurrent(Received message) {
        Received current = messages(message.queue()).get(message.id());
        return current != null && current.receipt().equals(message.receipt());
    }

    private Map<String, Received> messages(String queue) {
        return queues.computeIfAbsent(queue, missing -> new LinkedHashMap<>());
    }

    private String next(String kind) {
        counter++;
        return kind + "-" + counter;
    }
}
