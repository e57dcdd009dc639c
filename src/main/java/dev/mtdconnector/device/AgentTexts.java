package dev.mtdconnector.device;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.jspecify.annotations.Nullable;

/**
 * What the agent's app shows to the device's user, in the first of their languages that there is, else in English. The texts
 * are in {@code agent_<language>.properties}; whatever the JVM's own language is, it plays no part.
 */
final class AgentTexts {

    static final String BUNDLE = "dev.mtdconnector.device.agent";
    static final List<String> LANGUAGES = List.of("en", "nl", "sv", "fr", "ko");

    /** Longer headers than people's browsers and phones send are not looked at. */
    private static final int LONGEST_HEADER = 500;

    private final ResourceBundle texts;

    private AgentTexts(Locale locale) {
        this.texts = ResourceBundle.getBundle(BUNDLE, locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    }

    /** The texts for what an {@code Accept-Language} header asks for (RFC 9110, 12.5.4); one that is none asks for nothing. */
    static AgentTexts accepted(@Nullable String header) {
        if (header == null || header.isBlank() || header.length() > LONGEST_HEADER) {
            return new AgentTexts(Locale.ENGLISH);
        }
        try {
            List<Locale> known = LANGUAGES.stream().map(Locale::forLanguageTag).toList();
            Locale best = Locale.lookup(Locale.LanguageRange.parse(header), known);
            return new AgentTexts(best == null ? Locale.ENGLISH : best);
        } catch (IllegalArgumentException e) {
            return new AgentTexts(Locale.ENGLISH);
        }
    }

    String language() {
        return texts.getLocale().getLanguage();
    }

    /** What to do about a refusal; empty for one that is not the user's to act on. */
    Optional<String> refusal(ErrorCode code) {
        return text("refused." + code.code());
    }

    /** How the device stands, and what its user should do first. */
    String standing(Device device, Policy policy) {
        if (!device.isInScope()) {
            return texts.getString("state.out-of-scope");
        }
        if (device.activation() != Device.Activation.ACTIVATED) {
            return texts.getString("state." + device.activation().label());
        }
        return texts.getString(device.level(policy) == RiskLevel.NONE ? "state.secured" : "state.threats");
    }

    /** What to do about a threat: by its classification where there is a way for that, else by its family. */
    String advice(Threat threat) {
        for (String classification : threat.classifications()) {
            Optional<String> text = text("advice." + classification);
            if (text.isPresent()) {
                return text.get();
            }
        }
        return text("family." + threat.type()).orElseGet(() -> texts.getString("family.UNKNOWN"));
    }

    private Optional<String> text(String key) {
        return texts.containsKey(key) ? Optional.of(texts.getString(key)) : Optional.empty();
    }
}
