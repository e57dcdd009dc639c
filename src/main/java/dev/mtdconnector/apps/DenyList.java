package dev.mtdconnector.apps;

import dev.mtdconnector.threat.AppNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's deny list, ready to be asked about many apps. Of several entries that match, the exact one decides before a prefix,
 * the longer prefix before the shorter, and one that names the publisher before one that does not.
 */
public final class DenyList {

    /** Entries that a tenant's list may have. */
    public static final int MOST = 200;

    private final List<DeniedApp> entries;
    private final Map<String, List<DeniedApp>> exact = new HashMap<>();
    private final List<DeniedApp> prefixes;

    public DenyList(List<DeniedApp> entries) {
        this.entries = entries.stream()
                .sorted(Comparator.comparing((DeniedApp app) -> AppNames.folded(app.name()))
                        .thenComparing(DeniedApp::id))
                .toList();
        Comparator<DeniedApp> namedFirst =
                Comparator.comparing((DeniedApp app) -> app.publisher() == null).thenComparing(DeniedApp::id);
        for (DeniedApp app : this.entries) {
            if (app.match() == DeniedApp.Match.EXACT) {
                List<DeniedApp> same = exact.computeIfAbsent(AppNames.folded(app.name()), name -> new ArrayList<>());
                same.add(app);
                same.sort(namedFirst);
            }
        }
        this.prefixes = this.entries.stream()
                .filter(app -> app.match() == DeniedApp.Match.PREFIX)
                .sorted(Comparator.comparing(
                                (DeniedApp app) -> -AppNames.folded(app.name()).length())
                        .thenComparing(namedFirst))
                .toList();
    }

    public List<DeniedApp> entries() {
        return entries;
    }

    /** The entry that denies an app of this name and publisher. */
    public Optional<DeniedApp> denying(String name, @Nullable String publisher) {
        String foldedName = AppNames.folded(name);
        String foldedPublisher = publisher == null ? "" : AppNames.folded(publisher);
        Optional<DeniedApp> same = exact.getOrDefault(foldedName, List.of()).stream()
                .filter(app -> isOf(app, foldedPublisher))
                .findFirst();
        return same.or(() -> prefixes.stream()
                .filter(app -> foldedName.startsWith(AppNames.folded(app.name())) && isOf(app, foldedPublisher))
                .findFirst());
    }

    private static boolean isOf(DeniedApp app, String foldedPublisher) {
        return app.publisher() == null || AppNames.folded(app.publisher()).equals(foldedPublisher);
    }

    /** What stays the same while the list denies the same. */
    String version() {
        String ids = entries.stream().map(DeniedApp::id).sorted().collect(Collectors.joining("\n"));
        return UUID.nameUUIDFromBytes(ids.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
