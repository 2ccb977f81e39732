import { createTheme, type MantineColorsTuple } from '@mantine/core'

const tide: MantineColorsTuple = [
  '#e6f3f3',
  '#cfe5e5',
  '#a3cdcf',
  '#73b4b8',
  '#4a9fa5',
  '#2b8d95',
  '#15818a',
  '#0b626b',
  '#084a52',
  '#06353b',
]

/** What the widgets are told; their colours come from tokens.css. */
export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: 7,
  colors: { tide },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  components: {
    Button: {
      defaultProps: { size: 'sm' },
      // On a dark page the primary colour is light, so what stands on it is dark.
      vars: (_theme: unknown, { variant, color }: { variant?: string; color?: string }) =>
        (variant ?? 'filled') === 'filled' && color === undefined
          ? { root: { '--button-color': 'var(--on-tide)' } }
          : { root: {} },
    },
    Checkbox: { vars: () => ({ root: { '--checkbox-icon-color': 'var(--on-tide)' } }) },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    // The first focus goes to the first item: what would take it otherwise is no child that a menu may have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
    TextInput: { defaultProps: { size: 'sm' } },
    NativeSelect: { defaultProps: { size: 'sm' } },
  },
})
