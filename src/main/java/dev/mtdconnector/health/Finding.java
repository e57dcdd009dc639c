package dev.mtdconnector.health;

import dev.mtdconnector.common.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one check found.
 *
 * @param id names the check, the same in every release
 * @param says a sentence for whoever reads it
 * @param code of the trouble, as the list of errors has it; null for none
 * @param remedy what to do; null where nothing is to be done
 */
public record Finding(
        String id,
        State state,
        String says,
        @Nullable String code,
        @Nullable String remedy) {

    /** How it is; the later the worse. */
    public enum State {
        GREEN,
        /** Nobody could tell. */
        UNKNOWN,
        /** Works, and wants to be looked at. */
        YELLOW,
        RED;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Finding green(String id, String says) {
        return new Finding(id, State.GREEN, says, null, null);
    }

    public static Finding of(String id, State state, String says, String remedy) {
        return new Finding(id, state, says, null, remedy);
    }

    /** With the remedy of the code. */
    public static Finding of(String id, State state, String says, ErrorCode code) {
        return new Finding(id, state, says, code.code(), code.remedy());
    }

    /** As the API shows it. */
    public Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", id);
        view.put("state", state.label());
        view.put("says", says);
        view.put("code", code);
        view.put("remedy", remedy);
        return view;
    }
}
