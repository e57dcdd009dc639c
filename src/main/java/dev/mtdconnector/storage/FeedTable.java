package dev.mtdconnector.storage;

import dev.mtdconnector.feed.FeedConnection;
import dev.mtdconnector.feed.FeedProgress;
import dev.mtdconnector.feed.FeedProgress.Phase;
import dev.mtdconnector.feed.FeedProgress.Position;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.feed.FeedProgress.Rhythm;
import dev.mtdconnector.feed.FeedProgress.Trouble;
import dev.mtdconnector.feed.FeedStore;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.stream.StreamStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tenants' feeds, a partition each: {@code connection} what was set, {@code progress} how far it was read, and
 * {@code n|<time, newest first>|<what>} its history.
 */
public final class FeedTable implements FeedStore {

    private static final String CONNECTION = "connection";
    private static final String PROGRESS = "progress";
    private static final String NOTE = "n";

    private final Table table;

    public FeedTable(Tables tables) {
        this.table = tables.table("feeds");
    }

    /** How far the streams of the same feeds were followed. */
    public StreamStore stream() {
        return new StreamRows(table);
    }

    @Override
    public Optional<FeedConnection> connection(String tenantId) {
        return table.get(Keys.join(tenantId), CONNECTION)
                .map(row -> new FeedConnection(
                        row.requiredText("sealedKey"),
                        row.requiredText("fingerprint"),
                        row.requiredInstant("keyEnteredAt"),
                        row.requiredInstant("keyExpiresAt"),
                        row.flag("isExpirySaid"),
                        Duration.ofSeconds(row.number("everySeconds", 60)),
                        row.number("silentAfterSeconds", 0) == 0
                                ? null
                                : Duration.ofSeconds(row.number("silentAfterSeconds", 0)),
                        row.requiredInstant("connectedAt"),
                        row.flag("isClosing"),
                        row.etag()));
    }

    @Override
    public Optional<FeedProgress> progress(String tenantId) {
        return table.get(Keys.join(tenantId), PROGRESS).map(FeedTable::progress);
    }

    @Override
    public boolean save(String tenantId, FeedConnection connection, FeedProgress progress) {
        Row first = row(tenantId, connection);
        Row second = row(tenantId, progress);
        return Writes.tryTransact(
                        table, List.of(saving(first, connection.version()), saving(second, progress.version())))
                .isPresent();
    }

    @Override
    public Optional<FeedProgress> save(String tenantId, FeedProgress progress) {
        return Writes.replace(table, row(tenantId, progress), progress.version())
                .map(progress::withVersion);
    }

    @Override
    public boolean remove(String tenantId, FeedConnection connection, FeedProgress progress) {
        return Writes.tryTransact(
                        table,
                        List.of(
                                new Delete(row(tenantId, connection), connection.version()),
                                new Delete(row(tenantId, progress), progress.version())))
                .isPresent();
    }

    private static Change saving(Row row, @Nullable String version) {
        return version == null ? new Insert(row) : new Update(row, Mode.REPLACE, version);
    }

    @Override
    public void note(String tenantId, Note note) {
        String partition = Keys.join(tenantId);
        Writes.put(
                table,
                Row.of(
                        partition,
                        noteKey(note),
                        Columns.ofRow()
                                .instant("at", note.at())
                                .text("what", note.what())
                                .text("detail", note.detail())
                                .map()));
        Queries.rows(table, Table.Range.prefix(partition, Keys.prefix(NOTE)), MOST_NOTES + 10).stream()
                .skip(MOST_NOTES)
                .forEach(row -> Writes.delete(table, partition, row.key(), row.etag()));
    }

    @Override
    public List<Note> notes(String tenantId, int limit) {
        return Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix(NOTE)), limit).stream()
                .map(row -> new Note(row.requiredInstant("at"), row.requiredText("what"), row.requiredText("detail")))
                .toList();
    }

    private static String noteKey(Note note) {
        long fromTheEnd = Long.MAX_VALUE - note.at().toEpochMilli();
        return Keys.join(NOTE, String.format(Locale.ROOT, "%019d", fromTheEnd), note.what());
    }

    private static Row row(String tenantId, FeedConnection connection) {
        Duration silentAfter = connection.silentAfter();
        return Row.of(
                Keys.join(tenantId),
                CONNECTION,
                Columns.ofRow()
                        .text("sealedKey", connection.sealedKey())
                        .text("fingerprint", connection.fingerprint())
                        .instant("keyEnteredAt", connection.keyEnteredAt())
                        .instant("keyExpiresAt", connection.keyExpiresAt())
                        .flag("isExpirySaid", connection.isExpirySaid())
                        .number("everySeconds", connection.every().toSeconds())
                        .count("silentAfterSeconds", silentAfter == null ? 0 : silentAfter.toSeconds())
                        .instant("connectedAt", connection.connectedAt())
                        .flag("isClosing", connection.isClosing())
                        .map());
    }

    private static Row row(String tenantId, FeedProgress progress) {
        Columns columns = Columns.ofRow()
                .text("cursor", progress.position().cursor())
                .instant("coveredUntil", progress.position().coveredUntil())
                .flag("isBehind", progress.position().isBehind())
                .number("limit", progress.position().limit())
                .instant("lastEventAt", progress.rhythm().lastEventAt())
                .count("meanSeconds", progress.rhythm().meanSeconds())
                .instant("silentSince", progress.rhythm().silentSince())
                .instant("listenedSince", progress.rhythm().listenedSince())
                .flag("isConfirmed", progress.isConfirmed())
                .number("warnedDays", progress.warnedDays())
                .text("counts", StreamRows.json(progress.counts()));
        Reading reading = progress.reading();
        if (reading != null) {
            columns.text("phase", reading.phase().name())
                    .text("reason", reading.reason().name())
                    .instant("asOf", reading.asOf())
                    .instant("updatedSince", reading.updatedSince())
                    .text("place", reading.place());
        }
        Trouble trouble = progress.trouble();
        if (trouble != null) {
            columns.instant("troubleSince", trouble.since())
                    .text("troubleCode", trouble.errorCode())
                    .number("troubleAttempts", trouble.attempts());
        }
        return Row.of(Keys.join(tenantId), PROGRESS, columns.map());
    }

    private static FeedProgress progress(Row row) {
        String phase = row.text("phase");
        Instant troubleSince = row.instant("troubleSince");
        return new FeedProgress(
                phase == null
                        ? null
                        : new Reading(
                                Phase.valueOf(phase),
                                Reason.valueOf(row.requiredText("reason")),
                                row.requiredInstant("asOf"),
                                row.instant("updatedSince"),
                                row.text("place")),
                new Position(row.text("cursor"), row.requiredInstant("coveredUntil"), row.flag("isBehind"), (int)
                        row.number("limit", RiskApi.MOST)),
                troubleSince == null
                        ? null
                        : new Trouble(
                                troubleSince, row.requiredText("troubleCode"), (int) row.number("troubleAttempts", 1)),
                new Rhythm(
                        row.instant("lastEventAt"),
                        row.number("meanSeconds", 0),
                        row.instant("silentSince"),
                        row.requiredInstant("listenedSince")),
                row.flag("isConfirmed"),
                (int) row.number("warnedDays", FeedProgress.NOT_WARNED),
                StreamRows.counts(row.text("counts")),
                row.etag());
    }
}
