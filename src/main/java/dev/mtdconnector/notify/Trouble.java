package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people are told of as one thing: the error records of one cause. What is the matter with Microsoft's services, with
 * mail or with a consent is one cause however many jobs meet it; any other code is one with each job.
 *
 * @param cause names it among the tenant's troubles
 * @param records at least one
 */
record Trouble(String cause, List<ErrorRecord> records) {

    private static final Set<String> OUTSIDE = Set.of(
                    ErrorCode.DIRECTORY_UNAVAILABLE,
                    ErrorCode.DIRECTORY_CONSENT_MISSING,
                    ErrorCode.INTUNE_UNAVAILABLE,
                    ErrorCode.INTUNE_CONSENT_MISSING,
                    ErrorCode.INTUNE_NOT_CONFIGURED,
                    ErrorCode.MAIL_UNAVAILABLE)
            .stream()
            .map(ErrorCode::code)
            .collect(Collectors.toUnmodifiableSet());

    Trouble {
        records = List.copyOf(records);
    }

    static Collection<Trouble> of(List<ErrorRecord> records) {
        Map<String, List<ErrorRecord>> causes = new LinkedHashMap<>();
        for (ErrorRecord record : records) {
            causes.computeIfAbsent(causeOf(record), cause -> new ArrayList<>()).add(record);
        }
        return causes.entrySet().stream()
                .map(entry -> new Trouble(entry.getKey(), entry.getValue()))
                .toList();
    }

    static String causeOf(ErrorRecord record) {
        return OUTSIDE.contains(record.code()) ? record.code() : record.code() + "/" + record.job();
    }

    ErrorCode code() {
        return ErrorCode.ofCode(records.get(0).code()).orElse(ErrorCode.INTERNAL);
    }

    boolean isOpen() {
        return records.stream().anyMatch(ErrorRecord::isOpen);
    }

    /** Since when it lasts. */
    Instant openSince() {
        return records.stream()
                .filter(ErrorRecord::isOpen)
                .map(ErrorRecord::firstAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** When its latest episode began. */
    Instant lastBegan() {
        return records.stream()
                .map(ErrorRecord::firstAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** When it was over; of one that is not open. */
    Instant overAt() {
        return records.stream()
                .map(record -> Objects.requireNonNull(record.recoveredAt()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The record that failed last. */
    ErrorRecord latest() {
        return records.stream().max(Comparator.comparing(ErrorRecord::lastAt)).orElseThrow();
    }

    /** How often it failed since then, as far as earlier episodes are known. */
    long countSince(Instant since) {
        return records.stream()
                .mapToLong(record -> (record.firstAt().isBefore(since) ? 0 : record.count())
                        + record.before().stream()
                                .filter(episode -> !episode.firstAt().isBefore(since))
                                .mapToLong(ErrorRecords.Episode::count)
                                .sum())
                .sum();
    }

    /** What fails by it: of what is open, else of all that failed since then. */
    List<String> subjects(Instant since) {
        boolean isOpen = isOpen();
        return records.stream()
                .filter(record -> isOpen ? record.isOpen() : !record.firstAt().isBefore(since))
                .map(ErrorRecord::job)
                .distinct()
                .sorted()
                .toList();
    }
}
