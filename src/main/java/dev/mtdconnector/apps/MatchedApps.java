package dev.mtdconnector.apps;

import dev.mtdconnector.threat.AppNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What of an inventory is denied, by app: the versions of an app are one. Holds these alone, however large the inventory is.
 */
final class MatchedApps {

    /** Versions of denied apps that one run resolves to devices; each costs a request at least. */
    static final int MOST = 5_000;

    private final DenyList list;
    private final SortedMap<String, App> apps = new TreeMap<>();
    private int read;
    private int matched;

    MatchedApps(DenyList list) {
        this.list = list;
    }

    /**
     * A denied app.
     *
     * @param key the same for the same folded name and publisher
     * @param name as Intune names the first version that was read
     * @param ids of its versions in the inventory
     */
    record App(String key, String name, @Nullable String publisher, DeniedApp entry, List<String> ids) {}

    static String keyOf(String name, @Nullable String publisher) {
        String text = AppNames.folded(name) + "\n" + (publisher == null ? "" : AppNames.folded(publisher));
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    void take(DetectedApps.DetectedApp app) {
        read++;
        if (!app.isIos()) {
            return;
        }
        list.denying(app.name(), app.publisher()).ifPresent(entry -> {
            matched++;
            if (matched <= MOST) {
                String key = keyOf(app.name(), app.publisher());
                apps.computeIfAbsent(key, k -> new App(k, app.name(), app.publisher(), entry, new ArrayList<>()))
                        .ids()
                        .add(app.id());
            }
        });
    }

    int read() {
        return read;
    }

    int matched() {
        return matched;
    }

    /** Whether an app that is not among these is not in the inventory: an inventory without a single app is not believed. */
    boolean isWhole() {
        return read > 0 && !isCut();
    }

    /** Whether more is denied than is resolved to devices. */
    boolean isCut() {
        return matched > MOST;
    }

    SortedMap<String, App> apps() {
        return Collections.unmodifiableSortedMap(apps);
    }
}
