package dev.mtdconnector.operator;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.operator.TenantData.Item;
import dev.mtdconnector.operator.TenantData.Place;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is kept of a tenant, page by page, as it is stored: for handing it to the tenant. Hashes of secrets are
 * left out, also where they are part of a row's key.
 */
final class TenantExport {

    private static final int PAGE = 500;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String LEFT_OUT = "…";

    /** Divides the parts of a cursor; no key holds it. */
    private static final String DIVIDER = "\n";

    private final TenantData data;

    TenantExport(TenantData data) {
        this.data = data;
    }

    /**
     * @param cursor {@code next} of the page before; null for the first
     * @throws AppException REQUEST_INVALID when the cursor is none of this tenant's
     */
    Map<String, Object> page(String tenantId, @Nullable String cursor) {
        TenantData.Page page = data.read(tenantId, cursor == null ? null : place(tenantId, cursor), PAGE);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("rows", page.items().stream().map(TenantExport::row).toList());
        Place next = page.next();
        view.put("next", next == null ? null : cursor(next));
        return view;
    }

    private static Map<String, Object> row(Item item) {
        Map<String, Object> columns = new TreeMap<>();
        item.columns().forEach((name, value) -> {
            if (!isSecret(name, value)) {
                columns.put(
                        name,
                        value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value);
            }
        });
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("table", item.place().table());
        row.put("partition", item.place().partition());
        row.put("row", HASH.matcher(item.place().key()).replaceAll(LEFT_OUT));
        row.put("columns", columns);
        return row;
    }

    private static boolean isSecret(String name, Object value) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.contains("hash")
                || lower.contains("secret")
                || (value instanceof String text && HASH.matcher(text).find());
    }

    private static String cursor(Place place) {
        String text = String.join(DIVIDER, List.of(place.table(), place.partition(), place.key()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String tenantId, String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String[] parts = text.split(DIVIDER, -1);
            boolean isPlain = text.chars().noneMatch(c -> c < '\n' || c == '�');
            if (parts.length == 3 && isPlain && parts[1].startsWith(tenantId)) {
                return new Place(parts[0], parts[1], parts[2]);
            }
        } catch (IllegalArgumentException e) {
            // Answered below, like every other text that is no cursor.
        }
        throw AppException.invalid("cursor", "must be the next of the page before");
    }
}
