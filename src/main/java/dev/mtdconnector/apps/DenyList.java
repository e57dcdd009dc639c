package dev.mtdconnector.apps;

import dev.mtdconnector.threat.AppNames;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's deny list, ready to be asked about many apps. Of several entries that match, the exact one decides before a prefix,
 * the longer prefix before the shorter, and one that names the publisher before one that does not.
 */
public final class DenyList {

    /** Entries that a tenant's list may have. */
    public static final int MOST = 200;

    private final List<DeniedApp> entries;
    private final Map<String, List<Folded>> exact;
    private final List<Folded> prefixes;

    public DenyList(List<DeniedApp> entries) {
        List<Folded> folded = entries.stream()
                .map(Folded::new)
                .sorted(Comparator.comparing(Folded::name).thenComparing(one -> one.app.id()))
                .toList();
        this.entries = folded.stream().map(Folded::app).toList();
        Comparator<Folded> namedFirst =
                Comparator.comparing((Folded one) -> one.publisher == null).thenComparing(one -> one.app.id());
        this.exact = folded.stream()
                .filter(one -> one.app.match() == DeniedApp.Match.EXACT)
                .sorted(namedFirst)
                .collect(Collectors.groupingBy(Folded::name));
        this.prefixes = folded.stream()
                .filter(one -> one.app.match() == DeniedApp.Match.PREFIX)
                .sorted(Comparator.comparing((Folded one) -> -one.name.length()).thenComparing(namedFirst))
                .toList();
    }

    /** An entry and its names as they are compared: an inventory has many apps, and folding is dear. */
    private record Folded(
            DeniedApp app, String name, @Nullable String publisher) {

        private Folded(DeniedApp app) {
            this(app, AppNames.folded(app.name()), app.publisher() == null ? null : AppNames.folded(app.publisher()));
        }

        private boolean isBy(String foldedPublisher) {
            return publisher == null || publisher.equals(foldedPublisher);
        }
    }

    public List<DeniedApp> entries() {
        return entries;
    }

    /** The entry that denies an app of this name and publisher. */
    public Optional<DeniedApp> denying(String name, @Nullable String publisher) {
        String foldedName = AppNames.folded(name);
        String foldedPublisher = publisher == null ? "" : AppNames.folded(publisher);
        return Stream.concat(
                        exact.getOrDefault(foldedName, List.of()).stream(),
                        prefixes.stream().filter(one -> foldedName.startsWith(one.name)))
                .filter(one -> one.isBy(foldedPublisher))
                .map(Folded::app)
                .findFirst();
    }

    /** What stays the same while the list denies the same. */
    String version() {
        String ids = entries.stream().map(DeniedApp::id).sorted().collect(Collectors.joining("\n"));
        return UUID.nameUUIDFromBytes(ids.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
