package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets of tenants that must be had again in clear, as a key to somebody else's API: AES-256-GCM with a key of the
 * deployment. What was sealed for one tenant and purpose opens for no other. Rotation: put a new key first, and take the old
 * one away when everything was sealed anew.
 */
public final class SealedSecrets {

    private static final String VERSION = "s1";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Map<String, SecretKey> keys = new LinkedHashMap<>();
    private final SecureRandom random;

    /**
     * @param keys the one that seals first; none when this deployment keeps no such secrets
     */
    public SealedSecrets(List<SealingKey> keys, SecureRandom random) {
        keys.forEach(key -> this.keys.put(key.id, key.key));
        this.random = random;
    }

    /** A key of the deployment. Not a record, whose text would show it. */
    public static final class SealingKey {
        private final String id;
        private final SecretKey key;

        private SealingKey(String id, SecretKey key) {
            this.id = id;
            this.key = key;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SealingKey one && one.id.equals(id) && one.key.equals(key);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }

        /** Without the key. */
        @Override
        public String toString() {
            return "SealingKey[" + id + "]";
        }
    }

    /**
     * Keys as a setting has them: {@code id:base64}, separated by commas.
     *
     * @throws IllegalArgumentException saying what they must be, and nothing of what they are
     */
    public static List<SealingKey> keys(String setting) {
        List<SealingKey> keys = new ArrayList<>();
        for (String one : setting.isEmpty() ? List.<String>of() : Arrays.asList(setting.split(",", -1))) {
            String[] parts = one.strip().split(":", 2);
            byte[] bytes = parts.length == 2 ? decoded(parts[1]) : new byte[0];
            if (!parts[0].matches("[A-Za-z0-9-]{1,20}") || bytes.length != KEY_BYTES) {
                throw new IllegalArgumentException(
                        "must be id:base64, separated by commas: ids of letters, digits and hyphens, keys of 32 bytes");
            }
            if (keys.stream().anyMatch(key -> key.id.equals(parts[0]))) {
                throw new IllegalArgumentException("must give each key an id of its own");
            }
            keys.add(new SealingKey(parts[0], new SecretKeySpec(bytes, "AES")));
        }
        return List.copyOf(keys);
    }

    /** Whether {@link #seal} can be used. */
    public boolean isConfigured() {
        return !keys.isEmpty();
    }

    /**
     * The secret in a form that may be stored.
     *
     * @param purpose what it is for, a fixed word of the caller
     * @throws AppException SECRETS_NOT_CONFIGURED when the deployment has no key
     */
    public String seal(String tenantId, String purpose, String secret) {
        Map.Entry<String, SecretKey> key = keys.entrySet().stream()
                .findFirst()
                .orElseThrow(() -> new AppException(ErrorCode.SECRETS_NOT_CONFIGURED));
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key.getValue(), nonce, tenantId, purpose);
            byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            Base64.Encoder text = Base64.getUrlEncoder().withoutPadding();
            return VERSION + "." + key.getKey() + "." + text.encodeToString(nonce) + "." + text.encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES-GCM", e);
        }
    }

    /**
     * The secret in clear; empty when it was sealed with a key that is not there any more, for another tenant or purpose, or
     * was altered.
     */
    public Optional<String> open(String tenantId, String purpose, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        SecretKey key = parts.length == 4 && parts[0].equals(VERSION) ? keys.get(parts[1]) : null;
        if (key == null) {
            return Optional.empty();
        }
        try {
            byte[] nonce = Base64.getUrlDecoder().decode(parts[2]);
            byte[] text = Base64.getUrlDecoder().decode(parts[3]);
            if (nonce.length != NONCE_BYTES || text.length * 8 < TAG_BITS) {
                return Optional.empty();
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, tenantId, purpose);
            return Optional.of(new String(cipher.doFinal(text), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether another key than the first sealed it: sealing it anew lets that key be taken away. */
    public boolean isOutdated(String sealed) {
        return keys.keySet().stream()
                .findFirst()
                .filter(first -> !sealed.startsWith(VERSION + "." + first + "."))
                .isPresent();
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String tenantId, String purpose)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((VERSION + "\n" + purpose + "\n" + tenantId).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
